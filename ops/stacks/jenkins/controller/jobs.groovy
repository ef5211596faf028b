// The pipelines that mlt init writes, from the project's repository.
def pipelines = [
  'continuous_integration': 'Checks and tests every change',
  'train-model': 'Trains the model, and pushes it if it is as good as the one that is there',
  'build-image': 'Builds the image of the model, tries it and pushes it',
  'deploy': 'Puts an image on Kubernetes, and goes back if it answers otherwise than its model did',
]

pipelines.each { name, about ->
  pipelineJob(name) {
    description(about)
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
