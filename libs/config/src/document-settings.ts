import { IsOptional } from 'class-validator';
import { Check, CheckEach } from './checks.js';
import { childPath, type DocumentReport } from './document-report.js';
import { parseDuration } from './duration.js';
import type { GatewayConfig } from './gateway-config.js';
import { targetProblem } from './network-address.js';
import { durationBetween, isList, isMapping, textRule } from './rules.js';
import { readSection } from './section.js';
import { readSources } from './sources.js';
import { EMPTY_VALUE } from './yaml-document.js';

/** What the YAML file decides. */
export type DocumentSettings = Pick<
  GatewayConfig,
  'undatedWindowMs' | 'undatedWindowMsByNotification' | 'sources' | 'retention' | 'targets'
>;

/** AMPECO retries within minutes; a week holds any outage. Every key of the window stays in the database that long. */
const isWindow = durationBetween('1ms', '7d');
/** Events are dropped by whole days. */
const isKept = durationBetween('1d', '36500d');

export class DocumentSection {
  @IsOptional() @Check(isList) sources?: readonly unknown[];
  @IsOptional() @Check(isMapping) identity?: object;
  @IsOptional() @Check(isMapping) retention?: object;
  @IsOptional() @Check(isMapping) targets?: object;
}

export class IdentitySection {
  @IsOptional() @Check(isWindow) undatedWindow?: string;
  @IsOptional() @Check(isMapping) perNotification?: Readonly<Record<string, unknown>>;
}

export class RetentionSection {
  @IsOptional()
  @Check((value) => (value === 'none' ? undefined : isKept(value)?.replace(/^must be /, 'must be none, or ')))
  default?: string;
}

export class TargetsSection {
  @IsOptional() @CheckEach(textRule(targetProblem), { mayBeEmpty: true }) allow?: readonly string[];
}

/** Checks a whole document, reports all that is wrong with it and gives what is right, defaults filled in. */
export function readDocumentSettings(value: unknown, report: DocumentReport): DocumentSettings {
  const section = readSection(DocumentSection, value, '', report);
  return {
    sources: readSources(section.sources, report),
    ...readIdentity(section.identity ?? {}, report),
    retention: readRetention(section.retention ?? {}, report),
    targets: readTargets(section.targets ?? {}, report),
  };
}

function readIdentity(
  value: object,
  report: DocumentReport,
): Pick<DocumentSettings, 'undatedWindowMs' | 'undatedWindowMsByNotification'> {
  const { undatedWindow = '10m', perNotification = {} } = readSection(
    IdentitySection,
    value,
    'identity',
    report,
  );
  const windows = Object.create(null) as Record<string, number>;
  for (const [notification, window] of Object.entries(perNotification)) {
    const path = childPath('identity.perNotification', notification);
    const why = window === null ? EMPTY_VALUE : isWindow(window);
    if (why === undefined) windows[notification] = parseDuration(window as string) ?? 0;
    else report.add(path, why);
  }
  return { undatedWindowMs: parseDuration(undatedWindow) ?? 0, undatedWindowMsByNotification: windows };
}

function readRetention(value: object, report: DocumentReport): DocumentSettings['retention'] {
  const section = readSection(RetentionSection, value, 'retention', report);
  return { defaultMs: parseDuration(section.default ?? 'none') };
}

function readTargets(value: object, report: DocumentReport): DocumentSettings['targets'] {
  const { allow = [] } = readSection(TargetsSection, value, 'targets', report);
  return { allow };
}
