import { AtMostEvery } from '@chargelog/pipeline';
import type { Log } from './logger.js';

const AT_MOST_EVERY_MS = 60_000;

/**
 * Warns in the log that deliveries of a source go to quarantine, once a minute for each source: an operator without metrics
 * learns that somebody must decide, and a flood does not fill the log.
 *
 * @param now ms that never go backwards
 */
export function quarantineWarning(log: Log, now?: () => number): (source: string) => void {
  const limit = new AtMostEvery(AT_MOST_EVERY_MS, now);
  return (source) => {
    if (!limit.allows(source)) return;
    log('warn', 'deliveries go to quarantine', {
      source,
      next: `chargelog quarantine list --source ${source}`,
    });
  };
}
