import type { GatewayProcess } from './gateway-process.js';
import { sendWebhooks } from './send-webhooks.js';

export const THREE_KINDS_COUNT = 230;
const START = Date.UTC(2026, 2, 14, 9);

/** Three kinds in turn, a second apart; many share a charge point. */
function body(n: number): string {
  const at = new Date(START + n * 1_000).toISOString();
  const kinds = [
    { notification: 'BootNotification', chargePointId: 100 + (n % 4), timestamp: at },
    {
      notification: 'chargePoint.changed',
      chargePointId: 100 + (n % 4),
      action: 'updated',
      lastUpdatedAt: at,
    },
    { notification: 'TariffChangedNotification', tariff: { id: n }, action: 'updated', lastUpdatedAt: at },
  ];
  return JSON.stringify({ ...kinds[n % 3], n });
}

/** Sends all of them by webhook. @returns the ids of their events, in order of occurrence */
export async function storeThreeKinds(gateway: GatewayProcess): Promise<readonly string[]> {
  const bodies = Array.from({ length: THREE_KINDS_COUNT }, (_, n) => body(n));
  const answers = await sendWebhooks(gateway, bodies);
  return answers.map(({ outcome, eventId }) => {
    if (outcome !== 'stored' || eventId === undefined) throw new Error(`not stored, but ${outcome}`);
    return eventId;
  });
}
