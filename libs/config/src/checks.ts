import { getMetadataStorage, ValidateBy, validateSync } from 'class-validator';

/** Says why a value is wrong, or undefined when it is right. Never quotes the value. */
export type Rule = (value: unknown) => string | undefined;

export interface Finding {
  readonly property: string;
  /** Index of the list item, for a list. */
  readonly index?: number;
  readonly why: string;
}

interface CheckContext {
  readonly findings: (value: unknown) => readonly Omit<Finding, 'property'>[];
}

/** The property keeps the rule. Put `@IsOptional()` beside it when the property may be absent. */
export function Check(rule: Rule): PropertyDecorator {
  return checked((value) => {
    const why = value === undefined ? 'is required' : rule(value);
    return why === undefined ? [] : [{ why }];
  });
}

/** The property is a list without repetitions whose items each keep the rule. */
export function CheckEach(rule: Rule, options: { readonly mayBeEmpty?: boolean } = {}): PropertyDecorator {
  return checked((value) => {
    if (value === undefined) return [{ why: 'is required' }];
    if (!Array.isArray(value)) return [{ why: 'must be a list' }];
    if (value.length === 0 && options.mayBeEmpty !== true) return [{ why: 'needs at least one entry' }];
    return listFindings(value, rule);
  });
}

function listFindings(list: readonly unknown[], rule: Rule): Omit<Finding, 'property'>[] {
  return list.flatMap((item, index) => {
    const first = list.indexOf(item);
    const why = first < index ? `repeats entry [${first}]` : rule(item);
    return why === undefined ? [] : [{ index, why }];
  });
}

function checked(findings: CheckContext['findings']): PropertyDecorator {
  const validator = {
    validate: (value: unknown) => findings(value).length === 0,
    // Never shown, but class-validator drops the context of a failure without a text.
    defaultMessage: () => 'breaks its rule',
  };
  // class-validator knows one text per property; the context carries a finding per list item.
  return ValidateBy({ name: 'checked', validator }, { context: { findings } satisfies CheckContext });
}

/** Every property of a section class that has a rule: these are the keys its mapping may have. */
export function knownKeys(section: new () => object): readonly string[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(section, '', false, false);
  return [...new Set(metadata.map((entry) => entry.propertyName))];
}

/** What the rules of the object's class say about it. */
export function findProblems(section: object): readonly Finding[] {
  return validateSync(section).flatMap(({ property, value, constraints, contexts }) => {
    const found = Object.values((contexts ?? {}) as Record<string, CheckContext>).flatMap(({ findings }) =>
      findings(value),
    );
    // A failure must never be lost for want of details.
    const certain = found.length > 0 ? found : [{ why: Object.values(constraints ?? {}).join('; ') }];
    return certain.map((finding) => ({ ...finding, property }));
  });
}
