import type { SignedForm } from '@chargelog/webhook';

export type StampChange = 'stamp-rewritten' | 'stamp-joined-otherwise';

/** A string that may have been signed: text before the body, the body, text behind it. */
export interface SignedString {
  readonly before: string;
  readonly after: string;
  /** Set where the form can be configured. */
  readonly form: SignedForm | undefined;
  readonly change: StampChange | undefined;
}

const FORMS: readonly (readonly [SignedForm, (stamp: string) => readonly [string, string]])[] = [
  ['timestamp+body', (stamp) => [stamp, '']],
  ['timestamp.body', (stamp) => [`${stamp}.`, '']],
  ['body+timestamp', (stamp) => ['', stamp]],
];
const OTHER_JOINTS = [':', '|', '\n', ' ', '-', ','];

/** The strings that can be configured; those with a stamp only where one was sent. */
export function configurableStrings(timestamp: string | undefined): readonly SignedString[] {
  const body: SignedString = { before: '', after: '', form: 'body', change: undefined };
  return timestamp === undefined ? [body] : [body, ...withStamp(timestamp, undefined)];
}

/** Near misses: the stamp written otherwise, or joined in a way no setting knows. */
export function nearStrings(timestamp: string | undefined): readonly SignedString[] {
  if (timestamp === undefined) return [];
  const rewritten = rewrite(timestamp).flatMap((stamp) => withStamp(stamp, 'stamp-rewritten'));
  const joined = [
    ...OTHER_JOINTS.flatMap((joint) => [
      [timestamp + joint, ''],
      ['', joint + timestamp],
    ]),
    ['', `.${timestamp}`],
  ];
  return [
    ...rewritten,
    ...joined.map(([before = '', after = '']): SignedString => {
      return { before, after, form: undefined, change: 'stamp-joined-otherwise' };
    }),
  ];
}

function withStamp(stamp: string, change: StampChange | undefined): SignedString[] {
  return FORMS.map(([form, parts]) => {
    const [before, after] = parts(stamp);
    return { before, after, form, change };
  });
}

/** The same instant as seconds, as milliseconds, and in RFC 3339 with fewer digits. */
function rewrite(timestamp: string): string[] {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?(Z|\+00:00)$/.exec(timestamp.trim());
  if (match === null) return timestamp === timestamp.trim() ? [] : [timestamp.trim()];
  const [, date = '', time = '', fraction = ''] = match;
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1_000;
  const ms = fraction.slice(1, 4).padEnd(3, '0');
  const candidates = [
    `${seconds}`,
    `${seconds}${ms}`,
    `${date}T${time}Z`,
    `${date}T${time}+00:00`,
    `${date}T${time}.${ms}Z`,
    `${date} ${time}`,
  ];
  return candidates.filter((candidate) => candidate !== timestamp);
}
