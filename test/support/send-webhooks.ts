import { eventually } from './eventually.js';
import type { GatewayProcess, WebhookAnswer } from './gateway-process.js';
import { WEBHOOK_SECRET } from './webhook-yaml.js';

/** Over kept-open connections. */
const AT_ONCE = 24;

/** On a busy machine the store may be slow for a while; a sender then comes back. */
const GIVE_UP_AFTER_MS = 20_000;

/**
 * Sends bodies as signed webhooks, many at a time, and again while it is told to come back.
 *
 * @returns the outcomes in the order of the bodies
 * @throws Error when one of them is not acknowledged
 */
export async function sendWebhooks(
  gateway: GatewayProcess,
  bodies: readonly (string | Buffer)[],
  source = 'ampeco',
): Promise<readonly WebhookAnswer['body'][]> {
  const answers: WebhookAnswer['body'][] = [];
  const rest = bodies.entries();
  const lane = async (): Promise<void> => {
    for (const [index, body] of rest) {
      const { status, body: answer } = await eventually(
        () => gateway.postWebhook(source, WEBHOOK_SECRET, body),
        (given) => given.status !== 503,
        { timeoutMs: GIVE_UP_AFTER_MS },
      );
      if (status !== 202)
        throw new Error(`webhook ${index} was answered with ${status}: ${JSON.stringify(answer)}`);
      answers[index] = answer;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return answers;
}
