/** Where the simulated operator has its sites. Text beyond ASCII and slashes are there on purpose: PHP escapes both. */
export const SITES = [
  {
    name: { en: 'Riverside Retail Park', bg: 'Търговски парк Ривърсайд' },
    address: { en: '12 River Street', bg: 'ул. „Речна“ 12' },
    city: 'Sofia',
    region: 'Sofia City',
    country: 'BG',
    postCode: '1000',
    timezone: 'Europe/Sofia',
    latitude: 42.69751,
    longitude: 23.32415,
  },
  {
    name: { en: 'Harbour Garage', da: 'Parkeringshus Nyhavn' },
    address: { en: 'Nyhavn 31/33', da: 'Nyhavn 31/33' },
    city: 'København',
    region: 'Hovedstaden',
    country: 'DK',
    postCode: '1051',
    timezone: 'Europe/Copenhagen',
    latitude: 55.68015,
    longitude: 12.58737,
  },
  {
    name: { en: 'Motorway Services South', de: 'Raststätte Süd' },
    address: { en: 'A 9, exit 65', de: 'A 9, Ausfahrt 65' },
    city: 'München',
    region: 'Bayern',
    country: 'DE',
    postCode: '80939',
    timezone: 'Europe/Berlin',
    latitude: 48.20913,
    longitude: 11.61544,
  },
  {
    name: { en: 'Old Mill Offices', pt: 'Escritórios do Moinho' },
    address: { en: '8 Mill Lane ⚡', pt: 'Travessa do Moinho 8 ⚡' },
    city: 'Porto',
    region: 'Norte',
    country: 'PT',
    postCode: '4050-014',
    timezone: 'Europe/Lisbon',
    latitude: 41.14612,
    longitude: -8.61108,
  },
] as const;

export const MODELS = [
  {
    vendor: 'NordicPower',
    model: 'DC-Hub 150',
    currentType: 'dc',
    evses: [150_000, 50_000],
    firmware: '4.12.1-r7',
  },
  {
    vendor: 'NordicPower',
    model: 'AC-Duo 22',
    currentType: 'ac',
    evses: [22_000, 22_000],
    firmware: '2.8.0',
  },
  { vendor: 'Voltaria', model: 'Post S', currentType: 'ac', evses: [11_000], firmware: '1.31.4/eu' },
  { vendor: 'Elmar', model: 'Terra Rapid 90', currentType: 'dc', evses: [90_000], firmware: '2026.1.0+b118' },
] as const;

export const PEOPLE = [
  { firstName: 'Dana', lastName: 'Petrova', country: 'BG', city: 'Sofia', locale: 'bg-BG' },
  { firstName: 'Søren', lastName: 'Kjær', country: 'DK', city: 'Aarhus', locale: 'da-DK' },
  { firstName: 'Jürgen', lastName: 'Groß', country: 'DE', city: 'Nürnberg', locale: 'de-DE' },
  { firstName: 'Inês', lastName: 'Gonçalves', country: 'PT', city: 'Braga', locale: 'pt-PT' },
  { firstName: 'Zoë', lastName: 'O’Neill', country: 'IE', city: 'Galway', locale: 'en-IE' },
  { firstName: 'Георги', lastName: 'Иванов', country: 'BG', city: 'Пловдив', locale: 'bg-BG' },
] as const;
