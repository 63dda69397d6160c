import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { CurrentCaller, RequireScope, type Caller, JsonBodyPipe, iso, validationPipe } from '@chargelog/http';
import { SourceSecrets, type ListedSecret, type ListedSource } from './secrets/source-secrets.js';

export class AddSecret {
  /** Recorded with every delivery it verifies. */
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    message: 'must be 1 to 64 letters, digits, dots, hyphens or underscores, the first a letter or digit',
  })
  name!: string;

  /** The AMPECO API token that created the subscription, exactly as it is. */
  @IsString()
  @MinLength(8)
  @MaxLength(4_096)
  value!: string;
}

/** Where notifications come from, and what verifies them. A secret is never shown, only its fingerprint. */
@Controller('v1')
@RequireScope('admin')
export class SourcesController {
  constructor(private readonly secrets: SourceSecrets) {}

  @Get('sources')
  async list(): Promise<unknown> {
    return { data: (await this.secrets.list()).map(renderSource) };
  }

  /** In use on every instance within a few seconds. */
  @Post('sources/:source/secrets')
  @HttpCode(201)
  async add(
    @Param('source') source: string,
    @Body(new JsonBodyPipe(), validationPipe('body')) body: AddSecret,
    @CurrentCaller() caller: Caller,
  ): Promise<unknown> {
    return renderSecret(await this.secrets.add(source, body.name, body.value, caller.actor));
  }

  @Delete('sources/:source/secrets/:name')
  @HttpCode(204)
  retire(
    @Param('source') source: string,
    @Param('name') name: string,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    return this.secrets.retire(source, name, caller.actor);
  }
}

function renderSource({ source, secrets }: ListedSource): unknown {
  return {
    name: source.name,
    kind: source.kind,
    tenant: source.tenant,
    secrets: secrets.map(renderSecret),
  };
}

function renderSecret(secret: ListedSecret): unknown {
  return { ...secret, createdAt: iso(secret.createdAt), lastSignedAt: iso(secret.lastSignedAt) };
}
