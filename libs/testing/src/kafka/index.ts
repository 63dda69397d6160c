export { findKafka, type KafkaAvailability } from './find-kafka.js';
export { startBroker, type BrokerOptions, type TestBroker } from './start-broker.js';
