import type { WebhookSource, WebhookSources } from '@chargelog/webhook';

/** A registry of these sources, whose secrets never change. */
export function webhookSources(entries: readonly WebhookSource[]): WebhookSources {
  return {
    find: (name) => entries.find(({ source }) => source.name === name),
    all: () => entries,
  };
}
