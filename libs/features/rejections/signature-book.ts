import { signingSecret, type WebhookSource } from '@chargelog/webhook';
import type { DoctorSecret } from './doctor/case.js';

/** The webhook sources of this configuration and the secrets in use, on whatever instance the question is asked. */
export class SignatureBook {
  private readonly sources: Map<string, WebhookSource>;

  constructor(sources: readonly WebhookSource[]) {
    this.sources = new Map(sources.map((entry) => [entry.source.name, entry]));
  }

  of(name: string): WebhookSource | undefined {
    return this.sources.get(name);
  }

  replaceSecrets(name: string, secrets: readonly { readonly name: string; readonly value: string }[]): void {
    const entry = this.sources.get(name);
    if (entry === undefined) return;
    const keys = secrets.map((secret) => signingSecret(secret.name, secret.value));
    this.sources.set(name, { ...entry, rules: { ...entry.rules, secrets: keys } });
  }

  secrets(): readonly DoctorSecret[] {
    return [...this.sources.values()].flatMap(({ source, rules }) =>
      rules.secrets.map(({ name, key }) => ({ source: source.name, name, key: key.export() })),
    );
  }
}
