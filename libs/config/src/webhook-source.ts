import { IsOptional } from 'class-validator';
import { Check, CheckEach } from './checks.js';
import type { DocumentReport } from './document-report.js';
import {
  SIGNATURE_ENCODINGS,
  SIGNED_STRINGS,
  type RateLimit,
  type SignatureEncoding,
  type SignedString,
  type WebhookSecret,
  type WebhookSourceConfig,
} from './gateway-config.js';
import { isFilledList, isMapping, isName, isSecretText, oneOf, wholeNumberBetween } from './rules.js';
import { Secret } from './secret.js';
import { readItems, readSection, reportRepeated } from './section.js';

export class WebhookSourceSection {
  @Check(isName) name!: string;
  @Check(oneOf(['webhook'])) kind!: 'webhook';
  @Check(isName) tenant!: string;
  @Check(isFilledList) secrets!: readonly unknown[];
  @IsOptional() @Check(isMapping) signature?: object;
  @IsOptional() @Check(isMapping) rateLimit?: object;
}

export class WebhookSecretSection {
  @Check(isName) name!: string;
  @Check(isSecretText) value!: string;
}

export class SignatureSection {
  @IsOptional() @CheckEach(oneOf(SIGNATURE_ENCODINGS)) encodings?: readonly SignatureEncoding[];
  @IsOptional() @CheckEach(oneOf(SIGNED_STRINGS)) signed?: readonly SignedString[];
}

export class RateLimitSection {
  @Check(wholeNumberBetween(1, 1_000_000)) perSecond!: number;
  @IsOptional() @Check(wholeNumberBetween(1, 1_000_000)) burst?: number;
}

export function readWebhookSource(
  value: unknown,
  path: string,
  report: DocumentReport,
): WebhookSourceConfig | undefined {
  const section = readSection(WebhookSourceSection, value, path, report);
  const { name, tenant, secrets, signature } = section;
  const secretsPath = `${path}.secrets`;
  const read = readItems(secrets, secretsPath, (item, at) => readSecret(item, at, report));
  reportRepeated(secrets, 'name', secretsPath, report, (first) => `is also the name of ${first}`);
  reportRepeated(secrets, 'value', secretsPath, report, (first) => `is the same secret as ${first}`);
  const { encodings, signed } = readSignature(signature, `${path}.signature`, report);
  const rateLimit = readRateLimit(section.rateLimit, `${path}.rateLimit`, report);
  if (name === undefined || tenant === undefined) return undefined;
  return {
    kind: 'webhook',
    name,
    tenant,
    secrets: read,
    signature: { encodings: encodings ?? SIGNATURE_ENCODINGS, signed: signed ?? ['body'] },
    ...(rateLimit === undefined ? {} : { rateLimit }),
  };
}

function readSecret(value: unknown, path: string, report: DocumentReport): WebhookSecret | undefined {
  const section = readSection(WebhookSecretSection, value, path, report);
  if (section.name === undefined || section.value === undefined) return undefined;
  return { name: section.name, value: new Secret(section.value) };
}

function readRateLimit(
  value: object | undefined,
  path: string,
  report: DocumentReport,
): RateLimit | undefined {
  if (value === undefined) return undefined;
  const { perSecond, burst } = readSection(RateLimitSection, value, path, report);
  return perSecond === undefined ? undefined : { perSecond, burst: burst ?? perSecond };
}

function readSignature(
  value: object | undefined,
  path: string,
  report: DocumentReport,
): Partial<SignatureSection> {
  if (value === undefined) return {};
  // One form may stand without the brackets of a list.
  const { signed } = value as { signed?: unknown };
  const listed =
    typeof signed === 'string' ? Object.assign(Object.create(null), value, { signed: [signed] }) : value;
  return readSection(SignatureSection, listed, path, report);
}
