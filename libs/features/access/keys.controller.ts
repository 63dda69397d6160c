import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  answer,
  CurrentCaller,
  idPart,
  instantOf,
  iso,
  JsonBodyPipe,
  Operation,
  RequireScope,
  validationPipe,
  type Caller,
  Tag,
} from '@chargelog/http';
import { KeyService } from './key.service.js';
import type { ApiKey } from './key.store.js';
import {
  API_KEY,
  CREATED_KEY,
  CreateKey,
  KEY_LIST,
  type ApiKeyDto,
  type CreatedKeyDto,
  type KeyListDto,
} from './keys.dto.js';

/** API keys. Shown once, when they are made; kept as a hash. */
@Tag('Access')
@Controller('v1/keys')
@RequireScope('admin')
export class KeysController {
  constructor(private readonly service: KeyService) {}

  @Post()
  @HttpCode(201)
  @Operation({
    id: 'createKey',
    summary: 'Make an API key',
    description:
      'The answer holds the key; nobody can be told it again. A key that is limited to tenants sees and replays only their events, and cannot have the scopes admin, quarantine and metrics.',
    body: {
      description: 'What the key is called and may do.',
      example: { name: 'billing', scopes: ['events:read'], expiresAt: '2036-01-01' },
    },
    returns: answer('The key.', CREATED_KEY),
    problems: ['conflict'],
  })
  async create(
    @Body(new JsonBodyPipe(), validationPipe('body')) body: CreateKey,
    @CurrentCaller() caller: Caller,
  ): Promise<CreatedKeyDto> {
    const { key, text } = await this.service.create(
      {
        name: body.name,
        scopes: body.scopes,
        tenants: body.tenants ?? undefined,
        expiresAt: typeof body.expiresAt === 'string' ? instantOf(body.expiresAt) : undefined,
      },
      caller.actor,
    );
    return { ...render(key), key: text };
  }

  @Get()
  @Operation({
    id: 'listKeys',
    summary: 'API keys, live ones first',
    returns: answer('Revoked ones stay listed.', KEY_LIST),
  })
  async list(): Promise<KeyListDto> {
    return { data: (await this.service.list()).map(render) };
  }

  /** A revoked key stays listed, so that what it did can be explained. */
  @Delete(':id')
  @Operation({
    id: 'revokeKey',
    summary: 'Revoke an API key',
    description: 'It opens nothing from now on; on other instances after five seconds at most.',
    path: { id: idPart('Key', '019ceb8a-e0a4-7c33-9d21-58f7a4be6210') },
    returns: answer('The key as it is now.', API_KEY),
    problems: ['not-found'],
  })
  async revoke(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<ApiKeyDto> {
    return render(await this.service.revoke(id, caller.actor));
  }
}

function render(key: ApiKey): ApiKeyDto {
  return {
    keyId: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    tenants: key.tenants ?? null,
    createdAt: iso(key.createdAt),
    expiresAt: iso(key.expiresAt),
    revokedAt: iso(key.revokedAt),
    lastUsedAt: iso(key.lastUsedAt),
  };
}
