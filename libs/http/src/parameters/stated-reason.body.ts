import { IsString, Matches, MaxLength } from 'class-validator';

/** A decision that has to be explained to whoever reads the audit later. */
export class StatedReason {
  /** Kept with the thing decided about and in the audit. */
  @IsString()
  @MaxLength(1_000)
  // Neither NUL nor half a surrogate pair can be stored.
  @Matches(/^[^\0\p{Cs}]*[^\s\0\p{Cs}][^\0\p{Cs}]*$/u, { message: 'must be a text that says why' })
  reason!: string;
}
