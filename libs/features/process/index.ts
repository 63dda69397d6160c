export { PartsClosing } from './parts-closing.js';
export { ProcessModule, type ProcessSettings } from './process.module.js';
