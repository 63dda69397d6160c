export { GatewayCallError, GatewayClient, type GatewayClientOptions } from './gateway-client.js';
