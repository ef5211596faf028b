// Runs a script of Job DSL, and prints the jobs that it makes: groovy run-job-dsl.groovy script.groovy NAME=value …
// Knows what makes pipelines from a repository, by the names of the API of Job DSL 1.93, and refuses anything else.
import groovy.json.JsonOutput

class Node {
  static Map<String, List<String>> known = [
    pipelineJob: ['description', 'definition', 'parameters', 'properties'],
    parameters: ['stringParam', 'booleanParam'],
    properties: ['disableConcurrentBuilds', 'pipelineTriggers'],
    pipelineTriggers: ['triggers'],
    triggers: ['pollSCM'],
    pollSCM: ['scmpoll_spec'],
    definition: ['cpsScm', 'cps'],
    cpsScm: ['scm', 'scriptPath', 'lightweight'],
    scm: ['git'],
    git: ['remote', 'branch', 'branches', 'extensions'],
    remote: ['url', 'credentials', 'name'],
    extensions: ['cleanBeforeCheckout', 'cleanAfterCheckout', 'localBranch'],
  ]
  String name
  Map holds = [:]
  Map variables

  def methodMissing(String method, arguments) {
    if (!(method in known[name])) throw new MissingMethodException(method, Node, arguments as Object[])
    def last = arguments.length > 0 ? arguments[-1] : true
    if (last instanceof Closure) holds[method] = within(method, last)
    else holds[method] = arguments.length > 1 ? arguments as List : last
  }

  def propertyMissing(String variable) {
    if (!variables.containsKey(variable)) throw new MissingPropertyException(variable, Node)
    variables[variable]
  }

  Map within(String method, Closure body) {
    def node = new Node(name: method, variables: variables)
    Closure own = (Closure) body.clone()
    own.delegate = node
    own.resolveStrategy = Closure.DELEGATE_FIRST
    own.call()
    node.holds
  }
}

abstract class JobScript extends Script {
  static Map<String, Map> jobs = [:]

  void pipelineJob(String name, Closure body) {
    jobs[name] = new Node(name: 'root', variables: binding.variables).within('pipelineJob', body)
  }
}

def variables = args.drop(1).collectEntries { it.split('=', 2) as List }
def settings = new org.codehaus.groovy.control.CompilerConfiguration(scriptBaseClass: JobScript.name)
new GroovyShell(this.class.classLoader, new Binding(variables), settings).evaluate(new File(args[0]).text, 'Jobs.groovy')
println JsonOutput.toJson(JobScript.jobs)
