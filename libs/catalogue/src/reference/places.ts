import type { Field, Members } from '../body-schema/field.js';

/** A place of a body with its path in normalized data: `session.chargingPeriods[].energy`, `location.name.*`. */
export interface DocumentedPlace {
  readonly path: string;
  readonly field: Field;
}

/** Every documented place, an object before its members. Elements of lists and maps are left out when they are scalars. */
export function documentedPlaces(members: Members, at = ''): readonly DocumentedPlace[] {
  return Object.entries(members).flatMap(([name, field]) => [
    { path: `${at}${name}`, field },
    ...innerPlaces(field, `${at}${name}`),
  ]);
}

function innerPlaces(field: Field, path: string): readonly DocumentedPlace[] {
  switch (field.kind) {
    case 'object':
      return documentedPlaces(field.members, `${path}.`);
    case 'list':
      return [...elementOf(field.items, `${path}[]`), ...innerPlaces(field.items, `${path}[]`)];
    case 'map':
      return [...elementOf(field.values, `${path}.*`), ...innerPlaces(field.values, `${path}.*`)];
    default:
      return [];
  }
}

/** An element is a place of its own when it says something: its values, or that it is sensitive. */
function elementOf(field: Field, path: string): readonly DocumentedPlace[] {
  return field.kind === 'enumeration' || field.sensitive === true ? [{ path, field }] : [];
}
