// Runs a declarative Jenkinsfile as Jenkins does, as far as those of a project go: groovy run-pipeline.groovy < request.json
//
// The directives, the conditions of post and their order are those of "Pipeline Syntax" (jenkins.io/doc/book/pipeline/syntax),
// the names of the arguments those of "Pipeline Steps Reference"; whatever is not listed here is refused, as a typing error
// would be. Steps that run programs run them, by sh -xe as the step sh does; the others are noted. Nothing is masked in the log.
//
// Takes [{file, workspace, env, params, isFirst, credentials: {id: {username, password} | {file}}}]. At the first run of a job
// Jenkins knows its parameters from nowhere but the file: params has their defaults, and programs get no variables.
// Prints [{result, agent, parameters, triggers, options, steps: [{stage, step, …}], log}].
import groovy.json.JsonOutput
import groovy.json.JsonSlurper

class Run {
  static Map request
  static Map<String, String> variables
  static List<Map> steps
  static Map seen
  static StringBuilder log
  static String stage
  static String result

  static void begin(Map next) {
    request = next
    variables = new HashMap(next.env)
    steps = []
    seen = [options: [], parameters: [], triggers: []]
    log = new StringBuilder()
    stage = null
    result = 'SUCCESS'
  }

  static void note(Map step) { steps << ([stage: stage] + step) }

  /** Runs a closure whose calls and names go to that object alone. */
  static void within(Object directives, Closure body) {
    Closure own = (Closure) body.clone()
    own.delegate = directives
    own.resolveStrategy = Closure.DELEGATE_ONLY
    own.call()
  }

  static void checkNames(String step, Map arguments, List<String> known) {
    def unknown = arguments.keySet() - known
    if (unknown) throw new IllegalArgumentException("$step has no argument ${unknown.join(', ')}")
  }

  /** The work, then what post says of how it went; a failure of either fails the run. */
  static void withPost(Closure work, Map<String, Closure> post) {
    boolean failed = false
    def attempt = { Closure body ->
      try { body() } catch (StepFailure failure) {
        failed = true
        log << "${failure.message}\n"
      }
    }
    attempt(work)
    def holds = failed ? ['always', 'failure', 'unsuccessful', 'cleanup'] : ['always', 'success', 'cleanup']
    Post.order.findAll { it in holds && post[it] }.each { name -> attempt { within(new Steps(), post[name]) } }
    if (failed) {
      result = 'FAILURE'
      throw new StepFailure('failed')
    }
  }
}

class StepFailure extends Exception {
  StepFailure(String message) { super(message) }
}

/** Of post: what is run when. */
class Post {
  static List<String> order = ['always', 'changed', 'fixed', 'regression', 'aborted', 'failure', 'success', 'unstable', 'unsuccessful', 'cleanup']
  Map<String, Closure> conditions = [:]

  def methodMissing(String name, arguments) {
    if (!(name in order)) throw new MissingMethodException(name, Post, arguments as Object[])
    conditions[name] = arguments[0]
  }
}

class Steps {
  void sh(Object script) {
    // A text in double quotes is filled in by Groovy, secrets too, before the shell and the log see it.
    if (!(script instanceof String)) throw new IllegalArgumentException("sh has an interpolated text: $script")
    def builder = new ProcessBuilder('sh', '-xe', '-c', script).directory(new File(Run.request.workspace)).redirectErrorStream(true)
    builder.environment().clear()
    builder.environment().putAll(Run.variables)
    def process = builder.start()
    process.outputStream.close()
    def said = process.inputStream.getText('UTF-8')
    int status = process.waitFor()
    Run.log << said
    Run.note(step: 'sh', script: script, status: status)
    if (status != 0) throw new StepFailure("script returned exit code $status")
  }

  void echo(Object text) {
    Run.log << "$text\n"
    Run.note(step: 'echo', text: text.toString())
  }

  void junit(Map arguments) {
    Run.checkNames('junit', arguments, ['testResults', 'allowEmptyResults', 'keepLongStdio', 'skipPublishingChecks'])
    publish('junit', arguments.testResults, arguments.allowEmptyResults ?: false)
  }

  void archiveArtifacts(Map arguments) {
    Run.checkNames('archiveArtifacts', arguments, ['artifacts', 'allowEmptyArchive', 'excludes', 'fingerprint', 'onlyIfSuccessful'])
    arguments.artifacts.split(/,\s*/).each { publish('archiveArtifacts', it, arguments.allowEmptyArchive ?: false) }
  }

  void publishHTML(Map arguments) {
    def target = arguments.target
    Run.checkNames('publishHTML', target, ['reportName', 'reportDir', 'reportFiles', 'keepAll', 'alwaysLinkToLastBuild', 'allowMissing'])
    // The plugin has no defaults for these three in a pipeline.
    ['keepAll', 'alwaysLinkToLastBuild', 'allowMissing'].each { if (target[it] == null) throw new IllegalArgumentException("publishHTML lacks $it") }
    publish('publishHTML', "${target.reportDir}/${target.reportFiles}", target.allowMissing)
  }

  private void publish(String step, Object pattern, boolean mayBeMissing) {
    def root = new File(Run.request.workspace).toPath()
    def matches = java.nio.file.FileSystems.default.getPathMatcher("glob:$pattern")
    def files = java.nio.file.Files.walk(root).iterator().findAll { it.toFile().file && matches.matches(root.relativize(it)) }
    Run.note(step: step, pattern: pattern.toString(), found: files.size())
    if (files.empty && !mayBeMissing) throw new StepFailure("$step found nothing at $pattern")
  }

  Map usernamePassword(Map arguments) {
    Run.checkNames('usernamePassword', arguments, ['credentialsId', 'usernameVariable', 'passwordVariable'])
    def found = credential(arguments.credentialsId, 'username')
    [(arguments.usernameVariable): found.username, (arguments.passwordVariable): found.password]
  }

  Map file(Map arguments) {
    Run.checkNames('file', arguments, ['credentialsId', 'variable'])
    [(arguments.variable): credential(arguments.credentialsId, 'file').file]
  }

  /** The plugin gives git a program that answers with the credential. */
  Map gitUsernamePassword(Map arguments) {
    Run.checkNames('gitUsernamePassword', arguments, ['credentialsId', 'gitToolName'])
    def found = credential(arguments.credentialsId, 'username')
    def program = File.createTempFile('askpass', '.sh')
    program.deleteOnExit()
    program.text = '#!/bin/sh\ncase "$1" in Username*) echo "$GIT_USERNAME" ;; *) echo "$GIT_PASSWORD" ;; esac\n'
    program.executable = true
    [GIT_ASKPASS: program.path, GIT_USERNAME: found.username, GIT_PASSWORD: found.password, GIT_TERMINAL_PROMPT: 'false']
  }

  private static Map credential(String id, String kind) {
    def found = Run.request.credentials[id]
    if (found == null || found[kind] == null) throw new StepFailure("Could not find credentials entry with ID '$id'")
    found
  }

  void withCredentials(List<Map> bindings, Closure body) {
    def before = new HashMap(Run.variables)
    def bound = bindings.collectEntries { it }
    Run.note(step: 'withCredentials', variables: bound.keySet().sort())
    Run.variables.putAll(bound)
    try { Run.within(new Steps(), body) } finally { Run.variables = before }
  }
}

/** Directives that are noted: their name with their arguments. */
class Noted {
  String directive
  List<String> known

  def methodMissing(String name, arguments) {
    if (!(name in known)) throw new MissingMethodException(name, Noted, arguments as Object[])
    if (name == 'logRotator') return arguments[0]
    if (directive == 'parameters') {
      Run.checkNames(name, arguments[0], ['name', 'defaultValue', 'description'])
      if (!Run.request.params.containsKey(arguments[0].name)) Run.request.params[arguments[0].name] = arguments[0].defaultValue
    }
    Run.seen[directive] << [name: name, arguments: arguments as List]
  }
}

class Environment {
  void setProperty(String name, Object value) { Run.variables[name] = value.toString() }
}

class Agent {
  void label(String text) { Run.seen.agent = text }
}

class When {
  Object getParams() { Run.request.params }
  boolean holds = true

  void expression(Closure body) {
    Closure own = (Closure) body.clone()
    own.delegate = this
    own.resolveStrategy = Closure.DELEGATE_ONLY
    holds = holds && own.call()
  }
}

class Stage {
  Closure body
  Map<String, Closure> conditions = [:]
  boolean holds = true

  void when(Closure body) {
    def condition = new When()
    Run.within(condition, body)
    holds = condition.holds
  }
  void steps(Closure body) { this.body = body }
  void post(Closure body) {
    def post = new Post()
    Run.within(post, body)
    conditions = post.conditions
  }
}

class Stages {
  boolean failed = false

  void stage(String name, Closure body) {
    if (failed) return
    def stage = new Stage()
    Run.within(stage, body)
    if (stage.body == null) throw new IllegalArgumentException("stage $name has no steps")
    if (!stage.holds) return
    Run.stage = name
    try { Run.withPost({ Run.within(new Steps(), stage.body) }, stage.conditions) } catch (StepFailure ignored) { failed = true }
    Run.stage = null
  }
}

class Pipeline {
  Closure body
  Map<String, Closure> conditions = [:]

  void agent(Closure body) { Run.within(new Agent(), body) }
  void environment(Closure body) { Run.within(new Environment(), body) }
  void options(Closure body) {
    Run.within(new Noted(directive: 'options', known: ['buildDiscarder', 'logRotator', 'disableConcurrentBuilds', 'timeout', 'timestamps']), body)
  }
  void triggers(Closure body) { Run.within(new Noted(directive: 'triggers', known: ['pollSCM', 'cron', 'upstream']), body) }
  void parameters(Closure body) { Run.within(new Noted(directive: 'parameters', known: ['string', 'booleanParam']), body) }
  void stages(Closure body) { this.body = body }
  void post(Closure body) {
    def post = new Post()
    Run.within(post, body)
    conditions = post.conditions
  }
}

abstract class PipelineScript extends Script {
  void pipeline(Closure body) {
    def pipeline = new Pipeline()
    Run.within(pipeline, body)
    if (Run.seen.agent == null) throw new IllegalArgumentException('pipeline has no agent')
    if (!Run.request.isFirst) Run.request.params.each { name, value -> Run.variables[name] = value.toString() }
    def work = {
      def stages = new Stages()
      Run.within(stages, pipeline.body)
      if (stages.failed) throw new StepFailure('a stage failed')
    }
    try { Run.withPost(work, pipeline.conditions) } catch (StepFailure ignored) { }
  }
}

def settings = new org.codehaus.groovy.control.CompilerConfiguration(scriptBaseClass: PipelineScript.name)
def runs = new JsonSlurper().parse(System.in.newReader('UTF-8')).collect { next ->
  Run.begin(next)
  new GroovyShell(this.class.classLoader, new Binding(), settings).evaluate(new File(next.file).getText('UTF-8'), 'Pipeline.groovy')
  [result: Run.result, steps: Run.steps, log: Run.log.toString()] + Run.seen
}
println JsonOutput.toJson(runs)
