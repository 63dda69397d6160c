/** A configuration with one webhook source, and the secret that signs for it. */
export const WEBHOOK_SECRET = 'a-token-that-only-tests-use-0001';

export const WEBHOOK_YAML = `
sources:
  - { name: ampeco, kind: webhook, tenant: acme, secrets: [{ name: a, value: ${WEBHOOK_SECRET} }] }
targets: { allow: [127.0.0.1] }
`;
