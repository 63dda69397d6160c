export { AtMostEvery } from './at-most-every.js';
export { Batcher, DEFAULT_BATCHER_LIMITS } from './batcher.js';
export { cutBounded, takeBounded } from './bounded.js';
export { clockDepartures } from './clock-departures.js';
export { backOffMs, pause, waitAtMost } from './pause.js';
export { pollLoop } from './poll-loop.js';
export type {
  AfterAppend,
  AlongsideAppend,
  AppendBatch,
  BatchTransaction,
  AppendOutcome,
  EventDraft,
  EventLog,
  KafkaPosition,
  LogMark,
  PartitionLog,
  Prepared,
  QuarantineDraft,
  QuarantineReason,
} from './ports/event-log.js';
export { contentOf, EventWriters, type WriterOptions } from './ports/event-log.js';
export {
  type ArrivalQuery,
  type ArrivalSlice,
  type DeliveryRecord,
  EVENT_READER,
  type EventFilter,
  type EventReader,
  type FeedSlice,
  type HistoryFilter,
  type HistoryQuery,
  type HistorySlice,
  type RawEvent,
} from './ports/event-reader.js';
export {
  dueOffset,
  type GapRecording,
  isOtherLog,
  type KafkaGap,
  type KafkaGapSummary,
  type KafkaPositions,
} from './ports/kafka-positions.js';
export {
  NOTIFICATION_SOURCES,
  SOURCE_PROBLEM_KINDS,
  type NotificationSource,
  type SourceHealth,
  type SourceProblem,
  type SourceProblemKind,
} from './ports/notification-source.js';
export { prepare } from './prepare.js';
export { BODY_FORMATS, type BodyFormat, PLAIN_FORMAT } from './wrapping/body-format.js';
export { declaredUnpackedBytes, isGzip, unpackGzip } from './wrapping/gzip.js';
