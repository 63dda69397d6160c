/**
 * Where the walk is: a chain from the value up to the body. The name of a member is set when it is entered and corrected
 * when a later member of the same object takes its new name away, so pointers are made at the end only.
 */
export class Place {
  constructor(
    readonly parent: Place | undefined,
    public name: string | number,
  ) {}
}

/** JSON Pointer (RFC 6901) to a place; list elements by their index. */
export function pointerTo(place: Place): string {
  let pointer = '';
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) {
    const token = typeof at.name === 'number' ? at.name : at.name.replaceAll('~', '~0').replaceAll('/', '~1');
    pointer = `/${token}${pointer}`;
  }
  return pointer;
}
