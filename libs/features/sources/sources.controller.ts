import { secretLengthProblem } from '@chargelog/config';
import { GatewayError } from '@chargelog/domain';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  answer,
  CurrentCaller,
  iso,
  JsonBodyPipe,
  Operation,
  RequireScope,
  validationPipe,
  type Caller,
  Tag,
} from '@chargelog/http';
import { SourceSecrets, type ListedSecret, type ListedSource } from './secrets/source-secrets.js';
import {
  AddSecret,
  SECRET_PATH,
  SOURCE_LIST,
  SOURCE_SECRET,
  type SourceDto,
  type SourceListDto,
  type SourceSecretDto,
} from './sources.dto.js';

/** Where notifications come from, and what verifies them. A secret is never shown, only its fingerprint. */
@Tag('Access')
@Controller('v1')
@RequireScope('admin')
export class SourcesController {
  constructor(private readonly secrets: SourceSecrets) {}

  @Get('sources')
  @Operation({
    id: 'listSources',
    summary: 'Where notifications come from, and which secrets verify them',
    returns: answer('All sources; secrets by fingerprint only.', SOURCE_LIST),
  })
  async list(): Promise<SourceListDto> {
    return { data: (await this.secrets.list()).map(renderSource) };
  }

  @Post('sources/:source/secrets')
  @HttpCode(201)
  @Operation({
    id: 'addSecret',
    summary: 'Add a secret to a webhook source',
    description:
      'Beside those it has, so that a token can be changed without a gap. Stored encrypted; in use on every instance within a few seconds.',
    path: { source: SECRET_PATH.source },
    body: {
      description: 'The token and what it is called.',
      example: { name: 'spring', value: 'the-token-of-the-subscription' },
    },
    returns: answer('The secret, without its value.', SOURCE_SECRET),
    problems: ['not-found', 'conflict'],
  })
  async add(
    @Param('source') source: string,
    @Body(new JsonBodyPipe(), validationPipe('body')) body: AddSecret,
    @CurrentCaller() caller: Caller,
  ): Promise<SourceSecretDto> {
    const reason = secretLengthProblem(body.value);
    if (reason !== undefined)
      throw new GatewayError('invalid-body', `value: ${reason}`, {
        errors: [{ in: 'body', name: 'value', reason }],
      });
    return renderSecret(await this.secrets.add(source, body.name, body.value, caller.actor));
  }

  @Delete('sources/:source/secrets/:name')
  @HttpCode(204)
  @Operation({
    id: 'retireSecret',
    summary: 'Retire a secret that was added',
    description:
      'Its ciphertext is erased. One of the configuration is retired by taking it out of the YAML file.',
    path: SECRET_PATH,
    returns: { description: 'It verifies nothing any more.' },
    problems: ['not-found', 'conflict'],
  })
  retire(
    @Param('source') source: string,
    @Param('name') name: string,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    return this.secrets.retire(source, name, caller.actor);
  }
}

function renderSource({ source, secrets }: ListedSource): SourceDto {
  return {
    name: source.name,
    kind: source.kind,
    tenant: source.tenant,
    secrets: secrets.map(renderSecret),
  };
}

function renderSecret(secret: ListedSecret): SourceSecretDto {
  return { ...secret, createdAt: iso(secret.createdAt), lastSignedAt: iso(secret.lastSignedAt) };
}
