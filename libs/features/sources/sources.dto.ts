import { IsString, Matches, MaxLength, MinLength } from 'class-validator';
import {
  arrayOf,
  Described,
  FLAG,
  type JsonOf,
  listOf,
  named,
  NamedSchema,
  NULLABLE_INSTANT,
  object,
  SOURCE_NAME,
  TEXT,
  TRANSPORT,
} from '@chargelog/http';

@NamedSchema('NewSecret')
export class AddSecret {
  @Described('Recorded with every delivery it verifies.')
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    message: 'must be 1 to 64 letters, digits, dots, hyphens or underscores, the first a letter or digit',
  })
  name!: string;

  @Described('The AMPECO API token that created the subscription, exactly as it is.')
  @IsString()
  @MinLength(8)
  @MaxLength(4_096)
  value!: string;
}

/** The `:source` and `:name` of the paths. */
export const SECRET_PATH = {
  source: { description: 'Name of a webhook source.', schema: SOURCE_NAME, example: 'ampeco' },
  name: { description: 'Name of the secret.', schema: TEXT, example: 'spring' },
};

export const SOURCE_SECRET = named(
  'SourceSecret',
  object({
    name: TEXT,
    fingerprint: { ...TEXT, description: '12 hex digits that tell secrets apart and give none away.' },
    origin: { type: 'string', enum: ['configuration', 'api'] },
    stored: { ...FLAG, description: 'False: known from the configuration of this instance only.' },
    readable: { ...FLAG, description: 'False: no key opens it, so it verifies nothing.' },
    createdAt: NULLABLE_INSTANT,
    lastSignedAt: { ...NULLABLE_INSTANT, description: 'Last seen signing, to the minute: when it may go.' },
  }),
);
export type SourceSecretDto = JsonOf<typeof SOURCE_SECRET>;

const SOURCE = object({ name: TEXT, kind: TRANSPORT, tenant: TEXT, secrets: arrayOf(SOURCE_SECRET) });
export type SourceDto = JsonOf<typeof SOURCE>;

export const SOURCE_LIST = named('SourceList', listOf(SOURCE));
export type SourceListDto = JsonOf<typeof SOURCE_LIST>;
