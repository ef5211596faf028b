// The pipelines that mlt init writes, from the project's repository.
//
// Jenkins learns what a Jenkinsfile says of parameters and triggers when it runs, and this script, at each start of
// Jenkins, makes the jobs anew. So it says the same: the first run after a start can be told what to build, and changes
// are looked for without one.
def pipelines = [
  'continuous_integration': [
    about: 'Checks and tests every change',
    poll: 'H/5 * * * *',
  ],
  'train-model': [
    about: 'Trains the model, and pushes it if it is as good as the one that is there',
    flag: [name: 'PUSH', value: true, about: 'Commit the model and push it'],
  ],
  'build-image': [
    about: 'Builds the image of the model, tries it and pushes it',
    text: [name: 'TAG', value: 'git', about: 'Tag of the image; git stands for the commit'],
  ],
  'deploy': [
    about: 'Puts an image on Kubernetes, and goes back if it answers otherwise than its model did',
    text: [name: 'TAG', value: 'git', about: 'Tag of the image; git stands for the commit'],
  ],
]

pipelines.each { name, pipeline ->
  pipelineJob(name) {
    description(pipeline.about)
    if (pipeline.flag || pipeline.text) {
      parameters {
        if (pipeline.flag) booleanParam(pipeline.flag.name, pipeline.flag.value, pipeline.flag.about)
        if (pipeline.text) stringParam(pipeline.text.name, pipeline.text.value, pipeline.text.about)
      }
    }
    properties {
      disableConcurrentBuilds()
      if (pipeline.poll) {
        pipelineTriggers {
          triggers {
            pollSCM {
              scmpoll_spec(pipeline.poll)
            }
          }
        }
      }
    }
    definition {
      cpsScm {
        scm {
          git {
            remote {
              url(REPOSITORY)
              credentials('git')
            }
            branch(BRANCH)
            extensions {
              // What a run before left there, such as results of tests, is not of this one.
              cleanBeforeCheckout()
            }
          }
        }
        scriptPath("jenkins/${name}/Jenkinsfile")
        lightweight(true)
      }
    }
  }
}
