const LOOK_EVERY_MS = 250;

/**
 * Calls back once when the shell in which `npm start` runs us is gone. npm hands its SIGTERM to that shell, and the shell
 * ends without handing it on: the gateway would go on with nobody to stop it, its port and data directory taken.
 */
export function whenNpmShellEnds(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    stop();
  }, LOOK_EVERY_MS);
  look.unref();
}
