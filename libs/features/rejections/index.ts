export type { DoctorSecret, SignatureCase } from './doctor/case.js';
export type { Verdict } from './doctor/diagnose-signature.js';
export { DoctorController } from './doctor/doctor.controller.js';
export type { FindingCode } from './doctor/findings.js';
export { PgRejectionStore } from './pg-rejection-store.js';
export { RejectionDesk } from './rejection-desk.js';
export { REJECTION_BYTES_PER_SOURCE, RejectionKeeper, REJECTIONS_KEPT_MS } from './rejection-keeper.js';
export {
  type KeptRejection,
  type NewRejection,
  type Rejection,
  rejectionContext,
  type RejectionCount,
  type RejectionQuery,
  type RejectionStore,
  type RejectionTally,
} from './rejection-store.js';
export { RejectionsController } from './rejections.controller.js';
export { readmitAlongside } from './readmit-alongside.js';
export { sealedRejections } from './sealed-request.js';
export { RejectionKeepingModule, RejectionsModule, RejectionStoreModule } from './rejections.module.js';
