import type { Field, Members } from '@chargelog/catalogue';

/** How secrets begin; long enough not to stand anywhere by chance. */
export const SECRET_TEXT = 'S3KR1T';
export const SECRET_DIGITS = '7731045902';

/** How a body holds its secrets. */
export interface Planting {
  /** Which spelling of members that have several. */
  readonly spelling: 'first' | 'last';
  /** `other`: of another type than documented, nested where it can be. */
  readonly typed: 'documented' | 'other';
}

type Mutable = Record<string, unknown>;

/** Names that nobody declared and that tell of secrets all the same, in the styles that AMPECO's bodies have. */
const TELLING_NAMES = `
  password userPassword network_password passphrase clientSecret apiKey access_token refreshToken
  credentials privateKey authorizationKey pinCode PIN unlockPins pin rfidTagUid RFID idTag id_tag
  parentIdTag idTagUid emaid evcoId EVCO_ID iban IBAN bankIban bank_details bankAccountNumber
  accountHolder cardNumber swift bic cvv email contactEmail e-mail phone phoneNumber mobile
  firstName last_name fullName surname username contactPerson birthDate dateOfBirth personalId
  passport vehicleNo licensePlate license-plate vin vatNumber VAT taxNumber billingAddress address2
  address_line street postCode zipCode ssn
`
  .trim()
  .split(/\s+/);
const NAMES_PER_OBJECT = 4;

/** Plants secrets in bodies, each another one. */
export class Planter {
  private readonly planted: string[] = [];
  private nextName = 0;

  /**
   * The body with a secret in every member that is declared sensitive, at every place the declaration has, and some in
   * members that nobody declared.
   */
  plant(
    body: Readonly<Mutable>,
    members: Members,
    planting: Planting,
  ): { readonly body: Mutable; readonly secrets: readonly string[] } {
    const before = this.planted.length;
    const copy = structuredClone(body) as Mutable;
    this.plantObject(copy, members, planting);
    return { body: copy, secrets: this.planted.slice(before) };
  }

  /** A text of its own. */
  text(): string {
    return this.next(SECRET_TEXT);
  }

  private number(): number {
    return Number(this.next(SECRET_DIGITS));
  }

  private next(beginning: string): string {
    const secret = `${beginning}${String(this.planted.length + 1).padStart(6, '0')}`;
    this.planted.push(secret);
    return secret;
  }

  private plantObject(object: Mutable, members: Members, planting: Planting): void {
    const declared = new Set(Object.entries(members).flatMap(([key, { wire = [] }]) => [key, ...wire]));
    for (const [key, field] of Object.entries(members)) {
      const spellings = field.wire ?? [key];
      const present = spellings.find((name) => Object.hasOwn(object, name));
      const wanted = planting.spelling === 'first' ? spellings[0] : [...spellings, key].at(-1);
      const name = present ?? wanted ?? key;
      if (isSensitive(field)) {
        Reflect.deleteProperty(object, name);
        object[wanted ?? key] = planting.typed === 'documented' ? this.valueOf(field) : this.otherThan(field);
      } else object[name] = this.inside(field, object[name], planting);
      if (object[name] === undefined) Reflect.deleteProperty(object, name);
    }
    this.plantUndeclared(object, declared);
  }

  /** The same value with secrets at the places in it. */
  private inside(field: Field, value: unknown, planting: Planting): unknown {
    switch (field.kind) {
      case 'object': {
        const object = isObject(value) ? value : {};
        this.plantObject(object, field.members, planting);
        return object;
      }
      case 'list': {
        if (!holdsObjects(field.items)) return value;
        const items = Array.isArray(value) && value.length > 0 ? value : [undefined];
        return items.map((item) => this.inside(field.items, item, planting));
      }
      case 'map': {
        const map = isObject(value) ? value : {};
        this.plantUndeclared(map, new Set());
        return map;
      }
      case 'anything': {
        const object = isObject(value) ? value : {};
        this.plantUndeclared(object, new Set());
        return object;
      }
      default:
        return value;
    }
  }

  private plantUndeclared(object: Mutable, declared: ReadonlySet<string>): void {
    for (let left = NAMES_PER_OBJECT; left > 0; left -= 1) {
      const name = TELLING_NAMES[(this.nextName += 1) % TELLING_NAMES.length] as string;
      if (declared.has(name) || Object.hasOwn(object, name)) continue;
      object[name] = this.any(left);
    }
    // Harmless names, with a telling one somewhere beneath.
    object['addedLater'] = {
      level: 1,
      list: [[{ customerEmail: this.text(), n: 2 }], null],
    };
  }

  private any(shape: number): unknown {
    if (shape === 1) return this.text();
    if (shape === 2) return [this.text(), { of: this.number() }];
    return shape === 3 ? { value: this.text(), nested: [[this.text()]] } : this.number();
  }

  private valueOf(field: Field): unknown {
    switch (field.kind) {
      case 'number':
      case 'integer':
        return this.number();
      case 'boolean':
        return true;
      case 'list':
        return [this.valueOf(field.items)];
      case 'map':
        return { en: this.valueOf(field.values), [this.text()]: this.text() };
      case 'object':
        return Object.fromEntries(
          Object.entries(field.members).map(([key, inner]) => [inner.wire?.[0] ?? key, this.valueOf(inner)]),
        );
      case 'anything':
        return { anything: [this.text(), this.number()] };
      default:
        return this.text();
    }
  }

  private otherThan({ kind }: Field): unknown {
    if (kind === 'number' || kind === 'integer') return this.text();
    if (kind === 'object' || kind === 'anything') return [this.text(), [this.number()]];
    return { was: this.text(), list: [{ is: this.number() }] };
  }
}

function isSensitive(field: Field): boolean {
  if (field.sensitive === true) return true;
  if (field.kind === 'list') return isSensitive(field.items);
  return field.kind === 'map' && isSensitive(field.values);
}

function holdsObjects(field: Field): boolean {
  return field.kind === 'object' || (field.kind === 'list' && holdsObjects(field.items));
}

function isObject(value: unknown): value is Mutable {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
