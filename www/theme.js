// Applies the page's theme: that of the address, or else the one that display.js has kept, but not on a wall. It runs
// before the page is painted first, so that its colours do not change. Style.css has the themes.

'use strict'
{
  const asked = new URLSearchParams(location.search)
  const isTheme = name => ['light', 'dark', 'contrast', 'flap'].includes(name)
  let theme = asked.get('theme')
  try {
    if (!isTheme(theme) && !asked.has('kiosk')) theme = localStorage.getItem('flightboard.theme')
  } catch { /* The browser keeps nothing. */ }
  if (isTheme(theme)) document.documentElement.dataset.theme = theme
}
