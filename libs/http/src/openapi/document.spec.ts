import 'reflect-metadata';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Module,
  Param,
  Post,
  Query,
  type Type,
} from '@nestjs/common';
import { IsHexColor, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { Open, RequireScope } from '../caller/route-access.js';
import { IsInstant, Limit, Repeatable } from '../parameters/parameters.js';
import { assembleOpenApi } from './document.js';
import { answer, idPart, Operation, Tag, type OperationText } from './operation.js';
import { Described, NamedSchema, Nested } from './request.js';
import { controllersOf } from './routes.js';
import * as json from './schema.js';

class Span {
  @Described('Inclusive.')
  @IsOptional()
  @IsInstant()
  since?: string;
}

class ListThings extends Span {
  @Limit(200, 'Things of one page.', 10)
  limit = 50;

  @Described('Of these colours.', { example: ['red'] })
  @IsOptional()
  @Repeatable()
  @IsIn(['red', 'blue'], { each: true })
  colour?: string[];

  @Described('Whose.')
  @IsString()
  @MaxLength(20)
  owner!: string;
}

@NamedSchema('NewThing', 'A thing to make.')
class MakeThing {
  @Described('What it is called.')
  @MaxLength(64)
  @IsString()
  name!: string;

  @Described('Since when.', { nullable: true })
  @IsOptional()
  @Nested(() => Span)
  span?: Span | null;

  @Described('One colour.', { nullable: true })
  @IsOptional()
  @IsIn(['red', 'blue'])
  colour?: string | null;
}

const THING = json.named(
  'Thing',
  json.object({ thingId: json.uuid(), name: json.text() }, { colour: json.text() }),
);
type ThingDto = json.Of<typeof THING>;
const THINGS = json.wholeList(THING);

const ABOUT = { summary: 'Things' } as const;

@Tag('Reports')
@Controller('v1/things')
@RequireScope('admin')
class ThingsController {
  @Get()
  @Operation({ ...ABOUT, id: 'listThings', returns: answer('All.', THINGS) })
  list(@Query() _query: ListThings): json.Of<typeof THINGS> {
    return { data: [] };
  }

  @Post()
  @Operation({
    ...ABOUT,
    id: 'makeThing',
    body: { description: 'Which.', example: { name: 'a' } },
    returns: answer('It.', THING),
    problems: ['conflict'],
  })
  make(@Body() body: MakeThing): ThingDto {
    return { thingId: 'x', name: body.name };
  }

  @Delete(':id')
  @HttpCode(204)
  @Operation({
    ...ABOUT,
    id: 'dropThing',
    path: { id: idPart('Thing', 'x') },
    returns: { description: 'Gone.' },
  })
  drop(@Param('id') _id: string): void {}
}

@Tag('Events')
@Controller('about')
class AboutController {
  @Get()
  @Open()
  @Operation({ ...ABOUT, id: 'about', returns: answer('Text.', json.text()) })
  about(): string {
    return '';
  }
}

const document = assembleOpenApi([ThingsController, AboutController]);
const call = (method: string, path: string) => document.paths[path]?.[method];

describe('the description of a call', () => {
  it('takes method, path, access and status from the decorators of Nest and of access', () => {
    expect(Object.keys(document.paths)).toEqual(['/about', '/v1/things', '/v1/things/{id}']);
    expect(call('get', '/v1/things')?.security).toEqual([{ key: ['admin'] }]);
    expect(call('get', '/about')?.security).toEqual([]);
    const statuses = (method: string, path: string) =>
      Object.keys(call(method, path)?.responses ?? {}).filter((status) => status.startsWith('2'));
    expect(statuses('get', '/v1/things')).toEqual(['200']);
    expect(statuses('post', '/v1/things')).toEqual(['201']);
    expect(statuses('delete', '/v1/things/{id}')).toEqual(['204']);
  });

  it('takes parameters from the class that reads them, inherited ones first', () => {
    expect(call('get', '/v1/things')?.parameters).toEqual([
      {
        in: 'query',
        name: 'since',
        description: expect.stringMatching(/^Inclusive\. RFC 3339 instant/),
        schema: { type: 'string' },
      },
      {
        in: 'query',
        name: 'limit',
        description: 'Things of one page.',
        schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
        example: 10,
      },
      {
        in: 'query',
        name: 'colour',
        description: 'Of these colours.',
        schema: { type: 'array', items: { type: 'string', enum: ['red', 'blue'] } },
        example: ['red'],
      },
      {
        in: 'query',
        name: 'owner',
        description: 'Whose.',
        schema: { type: 'string', maxLength: 20 },
        required: true,
      },
    ]);
    expect(call('delete', '/v1/things/{id}')?.parameters).toEqual([
      { in: 'path', name: 'id', description: 'Thing id.', schema: json.uuid(), required: true, example: 'x' },
    ]);
  });

  it('takes the body from the class that reads it, which stands among the schemas under its name', () => {
    const content = call('post', '/v1/things')?.requestBody?.content['application/json'];
    expect(content).toMatchObject({
      schema: { $ref: '#/components/schemas/NewThing' },
      example: { name: 'a' },
    });
    const since = { type: 'string', description: expect.stringMatching(/^Inclusive/) };
    const span = { type: 'object', properties: { since }, required: [], additionalProperties: false };
    expect(document.components.schemas['NewThing']).toEqual({
      type: 'object',
      description: 'A thing to make.',
      properties: {
        name: { type: 'string', maxLength: 64, description: 'What it is called.' },
        span: { oneOf: [span, { type: 'null' }], description: 'Since when.' },
        colour: { type: ['string', 'null'], enum: ['red', 'blue', null], description: 'One colour.' },
      },
      required: ['name'],
      additionalProperties: false,
    });
  });

  it('names the problems that its access, parameters and body bring along', () => {
    const codes = (method: string, path: string) =>
      Object.values(call(method, path)?.responses ?? {}).flatMap(({ content }) =>
        Object.keys(content?.['application/problem+json']?.examples ?? {}),
      );
    expect(codes('get', '/about')).toEqual([]);
    expect(codes('get', '/v1/things').toSorted()).toEqual([
      'forbidden',
      'invalid-parameter',
      'overloaded',
      'query-timeout',
      'store-away',
      'unauthenticated',
      'unknown-parameter',
    ]);
    expect(codes('post', '/v1/things').toSorted()).toEqual([
      'conflict',
      'forbidden',
      'invalid-body',
      'overloaded',
      'query-timeout',
      'store-away',
      'unauthenticated',
      'unknown-parameter',
    ]);
  });

  it('is the same in whatever order the controllers are found', () => {
    expect(JSON.stringify(assembleOpenApi([AboutController, ThingsController]))).toBe(
      JSON.stringify(document),
    );
  });
});

describe('a call is refused, and with it the start,', () => {
  class Bare {}
  class Misnamed {
    @IsString()
    name!: string;
  }
  class Unknown {
    @Described('In hex.')
    @IsHexColor()
    colour!: string;
  }
  const text: OperationText = { ...ABOUT, id: 'x', returns: answer('It.', json.text()) };

  /** A controller of one open call. */
  function controllerOf(path: string, described: OperationText | undefined, query?: Type): Type {
    class One {
      read(_query: unknown): string {
        return '';
      }
    }
    const descriptor = Object.getOwnPropertyDescriptor(One.prototype, 'read') ?? {};
    Controller()(One);
    Tag('Events')(One);
    Get(path)(One.prototype, 'read', descriptor);
    Open()(One.prototype, 'read', descriptor);
    if (described !== undefined)
      Operation(described)(One.prototype, 'read', descriptor as TypedPropertyDescriptor<() => string>);
    if (query !== undefined) {
      Query()(One.prototype, 'read', 0);
      Reflect.defineMetadata('design:paramtypes', [query], One.prototype, 'read');
    }
    return One;
  }

  it.each([
    ['that has no @Operation', controllerOf('a', undefined), 'One.read is not described'],
    ['with a part of its path that is not described', controllerOf('a/:id', text), 'described are []'],
    [
      'with a described part that its path has not',
      controllerOf('a', { ...text, path: { id: idPart('Thing', 'x') } }),
      'described are [id]',
    ],
    ['with a parameter that is not described', controllerOf('a', text, Misnamed), 'the parameter name'],
    [
      'with a check that the document cannot show',
      controllerOf('a', text, Unknown),
      'isHexColor has no schema',
    ],
    ['whose parameters are read without checks', controllerOf('a', text, Bare), 'Bare checks nothing'],
    [
      'with one status for an answer and a problem',
      controllerOf('a', { ...text, alsoReturns: { 404: { description: '' } }, problems: ['not-found'] }),
      'status 404 is described twice',
    ],
  ])('%s', (_what, controller, message) => {
    expect(() => assembleOpenApi([controller])).toThrow(message);
  });

  it('without a place in the reference', () => {
    @Controller()
    class Lost {
      @Get()
      @Open()
      @Operation(text)
      read(): string {
        return '';
      }
    }
    expect(() => assembleOpenApi([Lost])).toThrow('Lost has no @Tag');
  });

  it('that is neither open nor asks for a scope', () => {
    @Tag('Events')
    @Controller()
    class Forgotten {
      @Get()
      @Operation(text)
      read(): string {
        return '';
      }
    }
    expect(() => assembleOpenApi([Forgotten])).toThrow('Forgotten.read is neither open nor asks for a scope');
  });

  it('that gives another schema the name of one', () => {
    const other = controllerOf('a', { ...text, returns: answer('It.', json.named('Thing', json.text())) });
    expect(() => assembleOpenApi([ThingsController, other])).toThrow('two schemas have the name Thing');
  });
});

describe('the compiler', () => {
  it('refuses a handler that returns something other than what is described, and an example that departs', () => {
    const described = Operation({ ...ABOUT, id: 'x', returns: answer('It.', THING) });
    class Handlers {
      @described
      whole(): Promise<ThingDto> {
        return Promise.resolve({ thingId: '', name: '' });
      }

      // @ts-expect-error the name is missing
      @described
      partial(): Promise<{ thingId: string }> {
        return Promise.resolve({ thingId: '' });
      }

      // @ts-expect-error nothing is known of it
      @described
      anything(): Promise<unknown> {
        return Promise.resolve();
      }

      @described
      readyText(): Promise<string> {
        return Promise.resolve('{}');
      }
    }
    expect(Handlers).toBeDefined();
    // @ts-expect-error the name is missing
    answer('It.', THING, { thingId: '' });
  });
});

describe('the controllers of modules', () => {
  @Module({ controllers: [AboutController] })
  class Inner {}
  @Module({ imports: [Inner], controllers: [ThingsController] })
  class Outer {}

  it('are those of the modules, of what these import and of what they are given, each once', () => {
    class Given {}
    expect(controllersOf(Outer, { module: Inner, controllers: [Given] })).toEqual(
      expect.arrayContaining([ThingsController, AboutController, Given]),
    );
    expect(controllersOf(Outer, { module: Inner, controllers: [Given] })).toHaveLength(3);
  });
});
