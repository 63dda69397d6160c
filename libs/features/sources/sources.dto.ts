import { MAX_SECRET_BYTES } from '@chargelog/config';
import { IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { Described, json, NamedSchema } from '@chargelog/http';

@NamedSchema('NewSecret')
export class AddSecret {
  @Described('Recorded with every delivery it verifies.')
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    message: 'must be 1 to 64 letters, digits, dots, hyphens or underscores, the first a letter or digit',
  })
  name!: string;

  @Described(
    'The AMPECO API token that created the subscription, exactly as it is; 8 KiB at most, as in the configuration.',
  )
  @IsString()
  @MinLength(8)
  @MaxLength(MAX_SECRET_BYTES)
  value!: string;
}

/** The `:source` and `:name` of the paths. */
export const SECRET_PATH = {
  source: { description: 'Name of a webhook source.', schema: json.sourceName(), example: 'ampeco' },
  name: { description: 'Name of the secret.', schema: json.text(), example: 'spring' },
};

export const SOURCE_SECRET = json.named(
  'SourceSecret',
  json.object({
    name: json.text(),
    fingerprint: json.text('12 hex digits that tell secrets apart and give none away.'),
    origin: json.oneOf(['configuration', 'api']),
    stored: json.flag('False: known from the configuration of this instance only.'),
    readable: json.flag('False: no key opens it, so it verifies nothing.'),
    createdAt: json.orNull(json.instant()),
    lastSignedAt: json.orNull(json.instant(), 'Last seen signing, to the minute: when it may go.'),
  }),
);
export type SourceSecretDto = json.Of<typeof SOURCE_SECRET>;

const SOURCE = json.object({
  name: json.text(),
  kind: json.transport(),
  tenant: json.text(),
  secrets: json.listOf(SOURCE_SECRET),
});
export type SourceDto = json.Of<typeof SOURCE>;

export const SOURCE_LIST = json.named('SourceList', json.wholeList(SOURCE));
export type SourceListDto = json.Of<typeof SOURCE_LIST>;
