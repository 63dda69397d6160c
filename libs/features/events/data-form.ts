import type { DataForm } from '@chargelog/catalogue';
import type { Caller } from '@chargelog/http';
import { IsIn, IsOptional } from 'class-validator';

export const DATA_FORMS = ['normalized', 'raw'] as const;
export type DataParameter = (typeof DATA_FORMS)[number];

/** Parameters of whoever reads events one by one. */
export class DataQuery {
  /** `raw`: the body as AMPECO sent it, in one line. */
  @IsOptional()
  @IsIn(DATA_FORMS)
  data: DataParameter = 'normalized';
}

/** The form a caller asked for and may see. */
export function dataForm(data: DataParameter, caller: Caller): DataForm {
  return { normalized: data === 'normalized', masked: !caller.scopes.includes('events:read-sensitive') };
}
