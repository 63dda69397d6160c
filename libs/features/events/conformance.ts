import { EventFlag } from '@chargelog/domain';

/** How a body stands to what AMPECO documents of its notification; `unrecognized` where nothing is documented. */
export const CONFORMANCES = ['conforming', 'nonconforming', 'unrecognized'] as const;
export type Conformance = (typeof CONFORMANCES)[number];

export function conformanceOf(flags: number): Conformance {
  if (flags & EventFlag.unrecognized) return 'unrecognized';
  return flags & EventFlag.nonconforming ? 'nonconforming' : 'conforming';
}

/** The bits that an event of each must have and must not have. */
export const FLAGS_OF: Readonly<Record<Conformance, { readonly all: number; readonly none: number }>> = {
  conforming: { all: 0, none: EventFlag.nonconforming | EventFlag.unrecognized },
  nonconforming: { all: EventFlag.nonconforming, none: EventFlag.unrecognized },
  unrecognized: { all: EventFlag.unrecognized, none: 0 },
};
