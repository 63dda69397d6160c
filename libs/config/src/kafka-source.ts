import { IsOptional } from 'class-validator';
import { Check, CheckEach } from './checks.js';
import type { DocumentReport } from './document-report.js';
import {
  SASL_MECHANISMS,
  SECURITY_PROTOCOLS,
  START_FROM,
  type KafkaSasl,
  type KafkaSourceConfig,
  type KafkaTls,
  type SaslMechanism,
  type SecurityProtocol,
  type StartFrom,
} from './gateway-config.js';
import { hostPortProblem, isHost } from './network-address.js';
import { isMapping, isName, isPem, isSecretText, isText, oneOf, textRule } from './rules.js';
import { Secret } from './secret.js';
import { readSection } from './section.js';

/** Kafka's own rule for topic names (`org.apache.kafka.common.internals.Topic`). */
const isTopic = textRule((text) =>
  /^[A-Za-z0-9._-]{1,249}$/.test(text) && text !== '.' && text !== '..'
    ? undefined
    : 'must be a topic name: 1 to 249 letters, digits, ".", "_" and "-"',
);

const isServerName = textRule((text) => (isHost(text) ? undefined : 'must be a host name without a port'));

export class KafkaSourceSection {
  @Check(isName) name!: string;
  @Check(oneOf(['kafka'])) kind!: 'kafka';
  @Check(isName) tenant!: string;
  @CheckEach(textRule(hostPortProblem)) brokers!: readonly string[];
  @CheckEach(isTopic) topics!: readonly string[];
  @Check(isText) groupId!: string;
  @IsOptional() @Check(isText) clientId?: string;
  @IsOptional() @Check(oneOf(SECURITY_PROTOCOLS)) securityProtocol?: SecurityProtocol;
  @IsOptional() @Check(isMapping) sasl?: object;
  @IsOptional() @Check(isMapping) tls?: object;
  @IsOptional() @Check(oneOf(START_FROM)) startFrom?: StartFrom;
}

export class SaslSection {
  @Check(oneOf(SASL_MECHANISMS)) mechanism!: SaslMechanism;
  @Check(isText) username!: string;
  @Check(isSecretText) password!: string;
}

export class TlsSection {
  @IsOptional() @Check(isPem) ca?: string;
  @IsOptional() @Check(isPem) cert?: string;
  @IsOptional() @Check(isPem) key?: string;
  @IsOptional() @Check(isSecretText) passphrase?: string;
  @IsOptional() @Check(isServerName) serverName?: string;
}

export function readKafkaSource(
  value: unknown,
  path: string,
  report: DocumentReport,
): KafkaSourceConfig | undefined {
  const section = readSection(KafkaSourceSection, value, path, report);
  const { name, tenant, brokers, topics, groupId, securityProtocol = 'PLAINTEXT' } = section;
  const sasl = readSasl(section.sasl, `${path}.sasl`, report);
  const tls = readTls(section.tls, `${path}.tls`, report);
  if (isProtocolKnown(value, section.securityProtocol)) checkProtocol(securityProtocol, value, path, report);
  if (!name || !tenant || !brokers || !topics || !groupId) return undefined;
  return {
    kind: 'kafka',
    name,
    tenant,
    brokers,
    topics,
    groupId,
    clientId: section.clientId ?? 'chargelog',
    securityProtocol,
    ...(sasl === undefined ? {} : { sasl }),
    ...(securityProtocol.endsWith('SSL') ? { tls: tls ?? {} } : {}),
    startFrom: section.startFrom ?? 'earliest',
  };
}

/** False when a protocol is given but wrong: nothing can be said then about what must stand beside it. */
function isProtocolKnown(value: unknown, read: SecurityProtocol | undefined): boolean {
  return read !== undefined || !has(value, 'securityProtocol');
}

function checkProtocol(
  protocol: SecurityProtocol,
  value: unknown,
  path: string,
  report: DocumentReport,
): void {
  const usesSasl = protocol.startsWith('SASL_');
  if (usesSasl && !has(value, 'sasl'))
    report.add(`${path}.sasl`, `is required with securityProtocol ${protocol}`);
  if (!usesSasl && has(value, 'sasl')) {
    report.add(`${path}.sasl`, `needs securityProtocol SASL_SSL or SASL_PLAINTEXT, not ${protocol}`);
  }
  if (!protocol.endsWith('SSL') && has(value, 'tls')) {
    report.add(`${path}.tls`, `needs securityProtocol SSL or SASL_SSL, not ${protocol}`);
  }
}

function readSasl(value: object | undefined, path: string, report: DocumentReport): KafkaSasl | undefined {
  if (value === undefined) return undefined;
  const { mechanism, username, password } = readSection(SaslSection, value, path, report);
  if (!mechanism || !username || !password) return undefined;
  return { mechanism, username, password: new Secret(password) };
}

function readTls(value: object | undefined, path: string, report: DocumentReport): KafkaTls | undefined {
  if (value === undefined) return undefined;
  const { ca, cert, key, passphrase, serverName } = readSection(TlsSection, value, path, report);
  for (const [one, other] of [
    ['cert', 'key'],
    ['key', 'cert'],
    ['passphrase', 'key'],
  ] as const) {
    if (has(value, one) && !has(value, other))
      report.add(`${path}.${other}`, `is required when ${one} is given`);
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key: new Secret(key) }),
    ...(passphrase === undefined ? {} : { passphrase: new Secret(passphrase) }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

function has(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
