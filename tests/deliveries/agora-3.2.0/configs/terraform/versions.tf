terraform {
  required_version = "~> 1.11.4"

  required_providers {
    vsphere = {
      source  = "hashicorp/vsphere"
      version = "2.10.0"
    }
  }

  backend "s3" {
    bucket       = "etat-terraform-production"
    key          = "agora-ged/terraform.tfstate"
    region       = "eu-west-3"
    encrypt      = true
    kms_key_id   = "alias/etat-terraform"
    use_lockfile = true
  }
}
