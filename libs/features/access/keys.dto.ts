import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsOptional, Matches } from 'class-validator';
import { Described, IsInstant, json, NamedSchema, SCOPES, type Scope } from '@chargelog/http';

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
  keyId: json.uuid(),
  name: json.text(),
  prefix: json.text('The first characters of the key, to recognize it by.'),
  scopes: json.listOf(json.oneOf(SCOPES)),
  tenants: json.orNull(json.listOf(json.text()), 'The only tenants whose events the key sees; null for all.'),
  createdAt: json.instant(),
  expiresAt: json.orNull(json.instant()),
  revokedAt: json.orNull(json.instant()),
  lastUsedAt: json.orNull(json.instant(), 'To the minute.'),
};

export const API_KEY = json.named('ApiKey', json.object(KEY_MEMBERS));
export type ApiKeyDto = json.Of<typeof API_KEY>;

export const CREATED_KEY = json.named(
  'CreatedKey',
  json.object({
    ...KEY_MEMBERS,
    key: json.text('The key itself. It is shown this once and stored nowhere.'),
  }),
);
export type CreatedKeyDto = json.Of<typeof CREATED_KEY>;

export const KEY_LIST = json.named('KeyList', json.wholeList(API_KEY));
export type KeyListDto = json.Of<typeof KEY_LIST>;
