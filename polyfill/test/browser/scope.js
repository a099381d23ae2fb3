// Runs first in every scope of the suite: the native class goes, as if it had never been there.
self.native = self.EventSource;
delete self.EventSource;
