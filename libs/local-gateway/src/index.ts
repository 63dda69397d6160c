/**
 * For programs that a person starts beside a gateway (`chargelog`, the simulator): which gateway is meant, where its keys
 * and secrets lie on this machine, and how such a program ends. A library apart from the SDK, which other people's
 * programs will use: those are given an address and a key, and have no `credentials.json` to look for.
 */
export { credentialsPath, readCredentials, readKey, readSecret } from './credentials.js';
export { ExitCode, IS_IT_RUNNING, UsageError } from './exit-code.js';
export { assertAddress, findGateway, type GatewayAddress } from './find-gateway.js';
