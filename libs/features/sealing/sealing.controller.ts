import { CurrentCaller, RequireScope, type Caller } from '@chargelog/http';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { KeyRotation, type RotationResult } from './key-rotation.js';

/** The key that seals what the database must not hold in clear. */
@Controller('v1/secrets')
@RequireScope('admin')
export class SealingController {
  constructor(private readonly rotation: KeyRotation) {}

  /** Seals all stored secrets again under a new key of the key file. */
  @Post('rotate-key')
  @HttpCode(200)
  rotate(@CurrentCaller() caller: Caller): Promise<RotationResult> {
    return this.rotation.rotate(caller.actor);
  }
}
