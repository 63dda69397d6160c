export { FeedController } from './feed.controller.js';
export { FeedQuery } from './feed.dto.js';
export { FeedModule } from './feed.module.js';
