import {
  answer,
  COUNT,
  CurrentCaller,
  named,
  object,
  Operation,
  RequireScope,
  STORE_PROBLEMS,
  TEXT,
  type Caller,
} from '@chargelog/http';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { KeyRotation, type RotationResult } from './key-rotation.js';

const KEY_ROTATION = named(
  'KeyRotation',
  object({
    keyId: { ...TEXT, description: 'Which key seals from now on: a digest, nothing of the key.' },
    resealed: { ...COUNT, description: 'Stored secrets and kept rejections.' },
    unreadable: { ...COUNT, description: 'Those that no key opens; they stay as they are.' },
    formerKeys: { ...COUNT, description: 'Former keys that still stand in the file.' },
  }),
);

/** The key that seals what the database must not hold in clear. */
@Controller('v1/secrets')
@RequireScope('admin')
export class SealingController {
  constructor(private readonly rotation: KeyRotation) {}

  @Post('rotate-key')
  @HttpCode(200)
  @Operation({
    id: 'rotateSecretsKey',
    tag: 'Access',
    summary: 'Seal all stored secrets and kept rejections again under a new key',
    description:
      'The key file in the data directory gets a new first key. A key file of your own gets it from you, before this call. Other instances change to the new key within five seconds of the call: repeat it after that, and remove the former key when nothing was resealed.',
    returns: answer('What was done.', KEY_ROTATION),
    problems: ['conflict', ...STORE_PROBLEMS],
  })
  rotate(@CurrentCaller() caller: Caller): Promise<RotationResult> {
    return this.rotation.rotate(caller.actor);
  }
}
