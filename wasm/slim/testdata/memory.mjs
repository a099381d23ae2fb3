// Prints a hash of each module's memory as it is after instantiation, before the program runs.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

for (const path of process.argv.slice(2)) {
  const module = await WebAssembly.compile(await readFile(path))
  const imports = {}
  for (const { module: space, name } of WebAssembly.Module.imports(module)) {
    imports[space] ??= {}
    imports[space][name] = () => {}
  }
  const { exports } = await WebAssembly.instantiate(module, imports)
  console.log(createHash('sha256').update(new Uint8Array(exports.mem.buffer)).digest('hex'))
}
