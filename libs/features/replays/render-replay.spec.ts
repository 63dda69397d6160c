import { describe, expect, it } from 'vitest';
import { claimOf } from '@test/replay-parts.js';
import { renderReplay } from './render-replay.js';

describe('a replay as the API shows it', () => {
  it.each([
    ['https://example.com/hook', { url: 'https://example.com/hook', maskedQuery: false }],
    ['https://example.com/hook?token=hunter2', { url: 'https://example.com/hook', maskedQuery: true }],
    ['https://example.com/?hunter2', { url: 'https://example.com/', maskedQuery: true }],
    ['https://example.com/?a=?hunter2&hunter2', { url: 'https://example.com/', maskedQuery: true }],
    ['https://example.com/hook?', { url: 'https://example.com/hook', maskedQuery: true }],
  ])('shows the target %s without its query, which may be a credential', (targetUrl, target) => {
    expect(renderReplay(claimOf({ targetUrl }).replay)).toMatchObject({ target });
    expect(JSON.stringify(renderReplay(claimOf({ targetUrl }).replay))).not.toContain('hunter2');
  });

  it('says what was tried, what came of it, and when it is tried again', () => {
    const retry = { eventId: 'e', status: 503, message: 'busy', attempts: 5, refusals: 1, attemptsLeft: 11 };
    const dueAt = Date.UTC(2026, 2, 14, 9, 26, 53);
    expect(renderReplay(claimOf({ retry, dueAt }).replay)).toMatchObject({
      state: 'running',
      retry: {
        eventId: 'e',
        status: 503,
        message: 'busy',
        attempts: 5,
        attemptsLeft: 11,
        nextAttemptAt: '2026-03-14T09:26:53.000Z',
      },
    });
    expect(renderReplay(claimOf({}).replay)).not.toHaveProperty('retry');
  });
});
