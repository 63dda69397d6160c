import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  CurrentCaller,
  RequireScope,
  type Caller,
  JsonBodyPipe,
  instantOf,
  iso,
  validationPipe,
} from '@chargelog/http';
import { CreateKey } from './create-key.body.js';
import { KeyDesk } from './key-desk.js';
import type { ApiKey } from './key.store.js';

/** API keys. Shown once, when they are made; kept as a hash. */
@Controller('v1/keys')
@RequireScope('admin')
export class KeysController {
  constructor(private readonly desk: KeyDesk) {}

  @Post()
  @HttpCode(201)
  async create(
    @Body(new JsonBodyPipe(), validationPipe('body')) body: CreateKey,
    @CurrentCaller() caller: Caller,
  ): Promise<unknown> {
    const { key, text } = await this.desk.create(
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
  async list(): Promise<unknown> {
    return { data: (await this.desk.list()).map(render) };
  }

  /** Revokes it. A revoked key stays listed, so that what it did can be explained. */
  @Delete(':id')
  async revoke(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<unknown> {
    return render(await this.desk.revoke(id, caller.actor));
  }
}

function render(key: ApiKey): Record<string, unknown> {
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
