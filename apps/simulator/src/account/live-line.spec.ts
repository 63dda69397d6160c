import { describe, expect, it } from 'vitest';
import { Account } from './account.js';
import { LiveLine, renderProgress } from './live-line.js';

function accountOf(stored: number): Account {
  const account = new Account();
  account.webhook.sent = stored + 10;
  account.webhook.acknowledged.stored = stored;
  account.webhook.acknowledged.duplicate = 3;
  account.retryCount = 7;
  return account;
}

const PROGRESS = { elapsedMs: 12_400, inFlightCount: 4, pendingCount: 9 };

describe('renderProgress', () => {
  it('tells the run in one line', () => {
    expect(renderProgress(accountOf(1_234), PROGRESS, 98)).toBe(
      ' 12 s  98/s  sent 1,244  acknowledged 1,234 stored, 3 duplicate  retries 7  in flight 4  waiting 5',
    );
  });

  it('mentions quarantine once there is something in it', () => {
    const account = accountOf(1);
    account.webhook.acknowledged.quarantined = 2;

    expect(renderProgress(account, PROGRESS, 0)).toContain('2 quarantined');
  });
});

describe('LiveLine', () => {
  it('rewrites one line on a terminal, cut to its width', () => {
    const written: string[] = [];
    const output = { isTTY: true, columns: 40, write: (text: string) => written.push(text) };
    const line = new LiveLine(output, accountOf(5), () => PROGRESS);
    line.draw();
    line.close();

    expect(written[0]).toHaveLength('\r\u001b[2K'.length + 39);
    expect(written[0]).toContain('12 s');
    expect(written.join('')).not.toContain('\n');
    expect(written.at(-1)).toBe('\r\u001b[2K');
  });

  it('writes whole lines elsewhere, with the rate since the last one', () => {
    const written: string[] = [];
    const account = accountOf(100);
    let elapsedMs = 1_000;
    const line = new LiveLine({ write: (text: string) => written.push(text) }, account, () => ({
      ...PROGRESS,
      elapsedMs,
    }));
    line.draw();
    account.webhook.acknowledged.stored += 500;
    elapsedMs = 6_000;
    line.draw();
    line.close();

    expect(written).toHaveLength(2);
    expect(written[1]).toMatch(/^ {2}6 s {2}100\/s .*\n$/);
  });
});
