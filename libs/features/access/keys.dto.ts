import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, Matches } from 'class-validator';
import {
  arrayOf,
  Described,
  INSTANT,
  IsInstant,
  type JsonOf,
  listOf,
  named,
  NamedSchema,
  NULLABLE_INSTANT,
  object,
  SCOPES,
  type Scope,
  TEXT,
  UUID,
} from '@chargelog/http';

/** Printable, no white space at the ends: it is read in lists and in the audit. */
const KEY_NAME = /^[^\s\p{C}](?:[^\p{C}]{0,62}[^\s\p{C}])?$/u;

@NamedSchema('NewKey')
export class CreateKey {
  @Described('For people; unique among the keys that are not revoked. 1 to 64 characters.')
  @Matches(KEY_NAME, { message: 'must be a text of 1 to 64 characters' })
  name!: string;

  @Described('What the key may do.')
  @IsArray()
  @ArrayMinSize(1, { message: 'must name at least one scope' })
  @ArrayMaxSize(SCOPES.length)
  @ArrayUnique({ message: 'must name each scope once' })
  @IsIn(SCOPES, { each: true, message: `must be of ${SCOPES.join(', ')}` })
  scopes!: Scope[];

  @Described('The only tenants whose events the key sees; absent for all.', { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, { message: 'must name at least one tenant, or be left out for all' })
  @ArrayMaxSize(100)
  @Matches(/^[^\p{C}]{1,64}$/u, { each: true, message: 'must be names of tenants' })
  tenants?: string[] | null;

  @Described('Absent: until it is revoked.', { nullable: true })
  @IsOptional()
  @IsInstant()
  expiresAt?: string | null;
}

const KEY_MEMBERS = {
  keyId: UUID,
  name: TEXT,
  prefix: { ...TEXT, description: 'The first characters of the key, to recognize it by.' },
  scopes: arrayOf({ type: 'string', enum: SCOPES }),
  tenants: {
    type: ['array', 'null'],
    items: TEXT,
    description: 'The only tenants whose events the key sees; null for all.',
  },
  createdAt: INSTANT,
  expiresAt: NULLABLE_INSTANT,
  revokedAt: NULLABLE_INSTANT,
  lastUsedAt: { ...NULLABLE_INSTANT, description: 'To the minute.' },
} as const;

export const API_KEY = named('ApiKey', object(KEY_MEMBERS));
export type ApiKeyDto = JsonOf<typeof API_KEY>;

export const CREATED_KEY = named(
  'CreatedKey',
  object({
    ...KEY_MEMBERS,
    key: { ...TEXT, description: 'The key itself. It is shown this once and stored nowhere.' },
  }),
);
export type CreatedKeyDto = JsonOf<typeof CREATED_KEY>;

export const KEY_LIST = named('KeyList', listOf(API_KEY));
export type KeyListDto = JsonOf<typeof KEY_LIST>;
