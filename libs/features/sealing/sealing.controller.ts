import { answer, CurrentCaller, json, Operation, RequireScope, type Caller, Tag } from '@chargelog/http';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { KeyRotation, type RotationResult } from './key-rotation.js';

const KEY_ROTATION = json.named(
  'KeyRotation',
  json.object({
    keyId: json.text('Which key seals from now on: a digest, nothing of the key.'),
    resealed: json.count('Stored secrets and kept rejections.'),
    unreadable: json.count('Those that no key opens; they stay as they are.'),
    formerKeys: json.count('Former keys that still stand in the file.'),
  }),
);

/** The key that seals what the database must not hold in clear. */
@Tag('Access')
@Controller('v1/secrets')
@RequireScope('admin')
export class SealingController {
  constructor(private readonly rotation: KeyRotation) {}

  @Post('rotate-key')
  @HttpCode(200)
  @Operation({
    id: 'rotateSecretsKey',
    summary: 'Seal all stored secrets and kept rejections again under a new key',
    description:
      'The key file in the data directory gets a new first key. A key file of your own gets it from you, before this call. Other instances change to the new key within five seconds of the call: repeat it after that, and remove the former key when nothing was resealed.',
    returns: answer('What was done.', KEY_ROTATION),
    problems: ['conflict'],
  })
  rotate(@CurrentCaller() caller: Caller): Promise<RotationResult> {
    return this.rotation.rotate(caller.actor);
  }
}
