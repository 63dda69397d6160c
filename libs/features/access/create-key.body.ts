import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, Matches } from 'class-validator';
import { IsInstant } from '@chargelog/http';
import { SCOPES, type Scope } from '@chargelog/http';

/** Printable, no white space at the ends: it is read in lists and in the audit. */
const KEY_NAME = /^[^\s\p{C}](?:[^\p{C}]{0,62}[^\s\p{C}])?$/u;

export class CreateKey {
  /** For people; unique among the keys that are not revoked. */
  @Matches(KEY_NAME, { message: 'must be a text of 1 to 64 characters' })
  name!: string;

  /** What the key may do. */
  @IsArray()
  @ArrayMinSize(1, { message: 'must name at least one scope' })
  @ArrayMaxSize(SCOPES.length)
  @ArrayUnique({ message: 'must name each scope once' })
  @IsIn(SCOPES, { each: true, message: `must be of ${SCOPES.join(', ')}` })
  scopes!: Scope[];

  /** The only tenants whose events the key sees; absent for all. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, { message: 'must name at least one tenant, or be left out for all' })
  @ArrayMaxSize(100)
  @Matches(/^[^\p{C}]{1,64}$/u, { each: true, message: 'must be names of tenants' })
  tenants?: string[] | null;

  /** Absent: until it is revoked. */
  @IsOptional()
  @IsInstant()
  expiresAt?: string | null;
}
