export { FeedController } from './feed.controller.js';
export { FEED, FEED_SCHEMAS } from './feed.openapi.js';
export { FeedQuery } from './feed.query.js';
export { FeedModule } from './feed.module.js';
