export {
  CREDENTIALS,
  credentialsPath,
  ensureCredentials,
  GENERATED_SOURCE,
  generateKey,
  writeCredentials,
  type Credentials,
} from './credentials.js';
export { PartsClosing } from './parts-closing.js';
export { ProcessModule, type ProcessSettings } from './process.module.js';
